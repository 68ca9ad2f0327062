// The draft editor: Ctrl+S saves, and what is saved is no longer guarded against leaving.

addEventListener("keydown", (event) => {
  const form = document.querySelector("form[data-save-key]");
  if (!form || event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  form.requestSubmit();
});
