/** The elements; importing this defines them. */
import { CqdtForm } from "./form.js";
import { CqdtRanking } from "./ranking.js";

export { CqdtForm, type CqdtChangeDetail, type CqdtSubmitDetail } from "./form.js";
export { CqdtRanking } from "./ranking.js";

declare global {
  interface HTMLElementTagNameMap {
    "cqdt-form": CqdtForm;
    "cqdt-ranking": CqdtRanking;
  }
}

for (const [name, element] of [["cqdt-form", CqdtForm], ["cqdt-ranking", CqdtRanking]] as const) {
  if (customElements.get(name) === undefined) {
    customElements.define(name, element);
  }
}
