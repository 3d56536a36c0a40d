// Small comforts; every page does its work without them.
"use strict";

(() => {
  // The page's language, in the reader's own variety of it where the browser names one.
  const language = navigator.languages.find((one) => one.startsWith(document.documentElement.lang)) || document.documentElement.lang;
  const forms = {
    full: new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" }),
    date: new Intl.DateTimeFormat(language, { dateStyle: "medium" }),
    clock: new Intl.DateTimeFormat(language, { timeStyle: "short" }),
    day: new Intl.DateTimeFormat(language, { day: "numeric", month: "short" }),
  };

  // Moments come in UTC; the reader has a clock of their own.
  function tellTime(element) {
    const at = new Date(element.dateTime);
    if (Number.isNaN(at.getTime())) return;
    const now = new Date();
    let form = element.dataset.moment;
    if (form === "short") {
      form = at.toDateString() === now.toDateString() ? "clock" : at.getFullYear() === now.getFullYear() ? "day" : "date";
    }
    element.textContent = (forms[form] || forms.full).format(at);
    element.title = forms.full.format(at);
  }

  function offerCopy(button) {
    if (!navigator.clipboard) return;
    const words = button.textContent;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.textContent = button.dataset.done;
      setTimeout(() => { button.textContent = words; }, 2000);
    });
  }

  function size(bytes) {
    return bytes < 100000 ? `${Math.max(1, Math.round(bytes / 1000))} kB` : `${(bytes / 1000000).toFixed(1)} MB`;
  }

  function helpWriting(form) {
    const text = form.querySelector("textarea");
    const files = form.querySelector("input[type=file]");
    const list = form.querySelector("[data-list]");
    const button = form.querySelector("button[type=submit]");
    const words = button.textContent;
    form.querySelector("[data-hint]").hidden = false;

    // Asked for anew each time: the server's answer replaces the element.
    function say(problem) {
      const place = form.querySelector("#reply-problem");
      place.textContent = problem;
      place.classList.toggle("problem--none", !problem);
    }

    function listFiles() {
      const chosen = Array.from(files.files);
      list.replaceChildren(...chosen.map((file) => {
        const item = document.createElement("li");
        item.textContent = `${file.name} · ${size(file.size)}`;
        return item;
      }));
      const tooLarge = chosen.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.limit);
      files.setCustomValidity(tooLarge ? form.dataset.tooLarge : "");
      say(tooLarge ? form.dataset.tooLarge : "");
    }

    function busy(is) {
      button.disabled = is;
      button.textContent = is ? button.dataset.busy : words;
    }

    files.addEventListener("change", listFiles);
    text.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !button.disabled) {
        event.preventDefault();
        form.requestSubmit();
      }
    });
    form.addEventListener("htmx:beforeRequest", (event) => { if (event.detail.elt === form) busy(true); });
    form.addEventListener("htmx:afterRequest", (event) => {
      if (event.detail.elt !== form) return;
      busy(false);
      const status = event.detail.xhr.status;
      if (status < 200 || status >= 400) {
        // What is wrong with a refused reply (422) the server has said itself.
        if (status !== 422) say(form.dataset.notSent);
        return;
      }
      form.querySelector("[data-sent]").textContent = form.querySelector("[data-sent]").dataset.sent;
      text.value = "";
      files.value = "";
      listFiles();
      document.querySelector(".thread__none")?.remove();
      document.querySelector("#thread > :last-child")?.scrollIntoView({ block: "nearest" });
      text.focus();
    });
  }

  function dress(root) {
    root.querySelectorAll("time[data-moment]").forEach(tellTime);
    root.querySelectorAll("button[data-copy]").forEach(offerCopy);
    root.querySelectorAll("form[data-reply]").forEach(helpWriting);
  }

  document.addEventListener("DOMContentLoaded", () => dress(document));
  document.addEventListener("htmx:afterSwap", (event) => {
    event.detail.elt.querySelectorAll("time[data-moment]").forEach(tellTime);
    if (event.detail.elt.parentElement) event.detail.elt.parentElement.querySelectorAll("time[data-moment]").forEach(tellTime);
  });
})();
