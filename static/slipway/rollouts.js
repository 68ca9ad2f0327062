// The preview of a rollout: one box for all, and how many are chosen. Without it every box works by itself.

const boxes = (form) => [...form.querySelectorAll('input[name="instances"]')];

function count(form) {
  const all = boxes(form);
  const chosen = all.filter((box) => box.checked).length;
  const master = form.querySelector("[data-pick-all]");
  master.checked = all.length > 0 && chosen === all.length;
  master.indeterminate = chosen > 0 && chosen < all.length;
  const words = form.querySelector("[data-pick-count]");
  const everywhere = form.querySelector("[data-pick-everywhere]:checked");
  const number = everywhere ? Number(everywhere.dataset.pickEverywhere) : chosen;
  if (!words) return;
  words.textContent = number;
  form.querySelector("[data-pick-noun]").textContent = number === 1 ? "instance" : "instances";
}

function countAll() {
  document.querySelectorAll("[data-picking]").forEach(count);
}

document.addEventListener("change", ({ target }) => {
  const form = target.closest("[data-picking]");
  if (!form) return;
  if (target.matches("[data-pick-all]")) boxes(form).forEach((box) => (box.checked = target.checked));
  count(form);
});
document.addEventListener("htmx:afterSettle", countAll);
countAll();
