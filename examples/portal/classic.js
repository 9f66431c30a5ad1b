document.getElementById("form").addEventListener("cqdt-change", function (event) {
  document.getElementById("total").textContent = event.detail.total.points + " / " + event.detail.total.max;
});
cqdt.init().then(function () {
  document.title += " · " + cqdt.CriteriaSet.builtinIds().length + " bộ tiêu chí";
});
