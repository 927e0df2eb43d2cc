// The form of a column: fields that only columns have are shown for columns only. Without script all are shown.
(() => {
  "use strict";

  const ONLY_COLUMNS = ["kind", "layout", "page_size", "update_days"];
  const form = document.querySelector("[data-node-form]");
  const type = form && form.elements.page_type;
  if (!type) return;

  function update() {
    const isColumn = type.value === "site_core.ColumnPage";
    ONLY_COLUMNS.forEach((name) => {
      const wrapper = form.elements[name] && form.elements[name].closest(".w-field__wrapper");
      const isWrong = wrapper && wrapper.querySelector(".w-field--error");
      if (wrapper) wrapper.hidden = !isColumn && !isWrong;
    });
  }

  type.addEventListener("change", update);
  update();
})();
