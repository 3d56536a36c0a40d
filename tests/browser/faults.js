// What the browser itself can tell of a page: names of controls, order of headings, contrast of words and ground.
() => {
  const faults = [];
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  for (const one of document.querySelectorAll("a[href], button, input:not([type=hidden]), textarea, select, summary")) {
    if (!shown(one)) continue;
    const labels = [...(one.labels || [])].map((label) => label.textContent);
    const pictures = [...one.querySelectorAll("img")].map((picture) => picture.alt);
    const name = [one.textContent, one.getAttribute("aria-label"), ...labels, ...pictures].join("").trim();
    if (!name) faults.push(`no name: ${one.outerHTML.slice(0, 80)}`);
    if (one.tabIndex < 0) faults.push(`not reached by the keyboard: ${one.outerHTML.slice(0, 80)}`);
  }
  for (const one of document.querySelectorAll("img:not([alt]), iframe:not([title])")) {
    faults.push(`no text for: ${one.outerHTML.slice(0, 80)}`);
  }
  const levels = [...document.querySelectorAll("h1, h2, h3")].filter(shown).map((one) => Number(one.tagName[1]));
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`headings of the first level: ${levels}`);
  levels.forEach((level, place) => {
    if (place && level > levels[place - 1] + 1) faults.push(`a level is left out: ${levels}`);
  });
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  ids.filter((id, place) => ids.indexOf(id) !== place).forEach((id) => faults.push(`twice: #${id}`));
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (!document.documentElement.lang) faults.push("no language");

  const colour = (text) => { const [r, g, b, a = 1] = text.match(/[0-9.]+/g).map(Number); return [r, g, b, a]; };
  const light = (rgb) => rgb.slice(0, 3).map((one) => one / 255)
    .map((one) => (one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4))
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const found = colour(getComputedStyle(at).backgroundColor);
      if (found[3] > 0.99) return found;
    }
    return [255, 255, 255, 1];
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    const one = words.currentNode.parentElement;
    if (!words.currentNode.textContent.trim() || !shown(one) || one.closest(".unseen, noscript")) continue;
    const pair = [light(colour(getComputedStyle(one).color)), light(ground(one))].sort((a, b) => b - a);
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05);
    if (contrast < 4.5) faults.push(`contrast ${contrast.toFixed(1)}: ${words.currentNode.textContent.trim().slice(0, 40)}`);
  }
  return [...new Set(faults)];
}
