const form = document.getElementById("form");
const handed = document.getElementById("handed");

for (const lang of ["vi", "en"]) {
  document.getElementById(lang).addEventListener("click", () => {
    document.documentElement.lang = lang;
    form.lang = lang;
  });
}

// A portal would post `event.detail.text` to its own server here.
form.addEventListener("cqdt-submit", (event) => {
  const { submission, report, text } = event.detail;
  handed.textContent = `${submission.unit ?? "?"}: ${report.total.points} / ${report.total.max} (${text.length} byte)`;
});
