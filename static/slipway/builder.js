// The builder: every form knows the newest revision of the draft, the outline is walked by keys and rearranged by
// keys and by dragging. Without it every form still works.

// ---- the revision ----

document.addEventListener("draft-edited", ({ detail }) => {
  for (const input of document.querySelectorAll("input[data-revision]")) input.value = detail.revision;
});
