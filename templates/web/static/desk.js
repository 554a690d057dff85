// Counts what is typed, and tells moments in the editor's own zone. All works without it.
for (const told of document.querySelectorAll("[data-count]")) {
  const field = document.getElementById(told.dataset.count);
  const best = Number(told.dataset.best);
  const says = told.textContent;
  field.addEventListener("input", () => {
    told.textContent = says.replace(/\d+/, String(field.value.length));
    told.classList.toggle("refused", field.value.length > best);
  });
}
for (const time of document.querySelectorAll("time[datetime]")) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.getTime())) {
    time.title = moment.toLocaleString(document.documentElement.lang, { timeZoneName: "short" });
  }
}
