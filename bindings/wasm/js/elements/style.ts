/** How the form looks; every colour is a property that the page may set. */
import { BASE, sheet } from "./words.js";

export const SHEET = sheet(`${BASE}
form { display: block; max-width: 62rem; margin: 0 auto; padding: 0 1rem 6.5rem; }
h2 { font-size: 1.35em; line-height: 1.3; margin: 1rem 0 .25rem; }
h3 { font-size: 1.05em; margin: 2rem 0 .5rem; text-transform: uppercase; letter-spacing: .04em; color: var(--cqdt-muted, #4a5568); }
.document { margin: 0 0 1rem; color: var(--cqdt-muted, #4a5568); }
.group { margin: 1.5rem 0 2rem; }
.head { display: flex; gap: 1rem; align-items: baseline; justify-content: space-between; border-bottom: 2px solid var(--cqdt-accent, #0b5cad); padding-bottom: .3rem; }
.head h4 { margin: 0; font-size: 1.12em; }
.figure { font-variant-numeric: tabular-nums; white-space: nowrap; }
.criterion { border: 1px solid var(--cqdt-line, #d5dbe5); border-left: 4px solid var(--cqdt-line, #d5dbe5); border-radius: 6px; padding: .8rem 1rem 1rem; margin: .9rem 0 0; break-inside: avoid; }
.criterion[data-status="scored"] { border-left-color: var(--cqdt-accent, #0b5cad); }
.criterion[data-status="invalid"] { border-left-color: var(--cqdt-error, #b3261e); }
.criterion h5 { margin: 0; font-size: 1em; font-weight: 600; }
.title { display: flex; gap: 1rem; justify-content: space-between; align-items: baseline; }
.title .figure b { font-size: 1.15em; }
.help, .basis, .formula, .unit, .shared, .range { color: var(--cqdt-muted, #4a5568); font-size: .9em; }
.help, .basis, .formula { margin: .3rem 0 0; overflow-wrap: anywhere; }
.formula { color: inherit; font-variant-numeric: tabular-nums; }
.fact, fieldset { margin: .8rem 0 0; border: 0; padding: 0; min-width: 0; }
label, legend { display: block; padding: 0; font-weight: 500; }
.options { display: flex; flex-wrap: wrap; gap: .35rem 1.4rem; align-items: center; margin-top: .25rem; }
.options.column { flex-direction: column; align-items: flex-start; }
.options label, .inline { display: flex; gap: .5rem; align-items: flex-start; font-weight: 400; min-height: 1.75rem; }
input[type="radio"], input[type="checkbox"] { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; accent-color: var(--cqdt-accent, #0b5cad); flex: none; }
input[type="text"], input[type="url"], select { font: inherit; color: inherit; background: var(--cqdt-field, #fff); border: 1px solid var(--cqdt-border, #6b7787); border-radius: 5px; padding: .4rem .6rem; min-height: 2.5rem; max-width: 100%; }
.number { width: 11rem; font-variant-numeric: tabular-nums; }
select { width: 100%; max-width: 34rem; }
input[type="text"].wide { width: 100%; max-width: 34rem; }
.entry { display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; margin-top: .25rem; }
[aria-invalid="true"] { border-color: var(--cqdt-error, #b3261e) !important; box-shadow: inset 0 0 0 1px var(--cqdt-error, #b3261e); }
.error { color: var(--cqdt-error, #b3261e); font-size: .9em; margin: .25rem 0 0; overflow-wrap: anywhere; }
.error:empty, .formula:empty, .note:empty { display: none; }
.evidence { margin-top: .9rem; border-top: 1px dashed var(--cqdt-line, #d5dbe5); padding-top: .6rem; }
.papers { display: grid; grid-template-columns: 1fr 10rem 1.4fr; gap: .5rem; align-items: end; margin-top: .4rem; }
.papers input { width: 100%; }
.papers label { font-weight: 400; font-size: .9em; }
button { font: inherit; color: var(--cqdt-accent, #0b5cad); background: var(--cqdt-field, #fff); border: 1px solid currentColor; border-radius: 5px; padding: .4rem .9rem; min-height: 2.5rem; cursor: pointer; }
button.plain { border-color: transparent; background: none; padding: .2rem .4rem; min-height: 2rem; text-decoration: underline; }
button[hidden], [hidden] { display: none; }
button.main { color: #fff; background: var(--cqdt-accent, #0b5cad); border-color: var(--cqdt-accent, #0b5cad); }
:focus-visible { outline: 3px solid var(--cqdt-focus, #e08700); outline-offset: 2px; }
h2, input, select, button, a { scroll-margin: 6rem 0 8rem; }
.actions { display: flex; flex-wrap: wrap; gap: .6rem; margin: 1.5rem 0; }
.bar { position: sticky; bottom: 0; z-index: 1; background: var(--cqdt-bar, #10243d); color: #fff; margin: 1.5rem -1rem 0; padding: .55rem 1rem; display: flex; flex-wrap: wrap; gap: .1rem 1.4rem; align-items: baseline; }
.bar b { font-size: 1.35em; font-variant-numeric: tabular-nums; }
.message { max-width: 62rem; margin: .5rem auto; scroll-margin: .5rem; padding: 0 1rem; font-weight: 500; }
.message:empty { margin: 0; }
.problems ul { margin: .3rem 0 0; padding-left: 1.2rem; }
.problems li { margin: .2rem 0; }
@media (max-width: 40rem) {
  form { padding: 0 .75rem 7rem; }
  .papers { grid-template-columns: 1fr; align-items: stretch; }
  .papers button { justify-self: start; }
  .criterion { padding: .7rem .75rem .9rem; }
  .bar { margin: 1.5rem -.75rem 0; padding: .5rem .75rem; }
}
@media print {
  form { max-width: none; padding: 0; }
  .actions, .message, button, .problems { display: none !important; }
  .bar { position: static; color: inherit; background: none; border-top: 2px solid; margin: 1rem 0 0; padding: .5rem 0; }
  input[type="text"], input[type="url"], select { border-color: #999; min-height: 0; padding: .1rem .3rem; }
  .criterion { border-color: #bbb; }
}
`);
