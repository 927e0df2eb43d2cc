// What is nicer with script around a quiz: a form that is sent once, a certificate as a bitmap.
(() => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    form.addEventListener("submit", (event) => {
      if (form.dataset.sent) event.preventDefault();
      form.dataset.sent = "yes";
    });
    // Back from the next page, the form may be sent again: the server knows it by its key.
    addEventListener("pageshow", () => delete form.dataset.sent);
  }

  const picture = document.querySelector("[data-certificate]");
  const button = document.querySelector("[data-save-picture]");
  if (!picture || !button) return;

  const save = async () => {
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 1680;
    canvas.height = 1188;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    const link = document.createElement("a");
    link.href = canvas.toDataURL("image/png");
    link.download = `certificate-${picture.dataset.certificate}.png`;
    link.click();
  };
  button.hidden = false;
  button.addEventListener("click", save);
})();
