// The releases screen: notes are edited where they stand, by a click on them; Escape leaves them as they were.

const closest = (event, selector) => event.target.closest?.(selector);

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const cancel = closest(event, "form[data-in-place]")?.querySelector("[data-cancel]");
  if (!cancel) return;
  event.preventDefault();
  cancel.click();
});

document.addEventListener("click", (event) => {
  const notes = closest(event, "[data-click-edits]");
  // A link in the notes is followed, and who marks words wants to copy them.
  if (!notes || closest(event, "a") || !getSelection().isCollapsed) return;
  notes.parentElement.querySelector(".release-notes-edit").click();
});
