// The form of the look: palettes of the chosen theme alone. Without script all are shown, and those of others count for nothing.
(() => {
  "use strict";

  const form = document.querySelector("[data-look-form]");
  const theme = form && form.elements.theme;
  if (!theme) return;

  // Each theme's group is the parent of a list of choices whose values begin with the theme's name.
  const groups = new Map();
  form.querySelectorAll("input[name=palettes]").forEach((box) => {
    const group = box.closest("#id_palettes > div");
    if (group) groups.set(group, box.value.split("/")[0]);
  });

  function update() {
    const chosen = theme.value || form.dataset.ownTheme;
    groups.forEach((name, group) => { group.hidden = name !== chosen; });
  }

  theme.addEventListener("change", update);
  update();
})();
