// Runs at the end of a copy of a night's page, and tells the page around it what a reader would see.
(() => {
  const box = (element) => {
    const { left, right, width, height } = element.getBoundingClientRect();
    return { left, right, width, height };
  };
  const all = (selector) => [...document.querySelectorAll(selector)];

  const channels = (colour) => (colour.match(/[\d.]+/g) || []).map(Number);
  const luminance = (colour) => {
    const [r, g, b] = channels(colour).map((c) => (c / 255 <= 0.03928 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const background = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      const [, , , alpha = 1] = channels(colour);
      if (alpha === 1 && colour !== "transparent") return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const contrast = (element) => {
    const style = getComputedStyle(element);
    const lights = [luminance(element.closest("svg") ? style.fill : style.color), luminance(background(element))];
    return (Math.max(...lights) + 0.05) / (Math.min(...lights) + 0.05);
  };
  const hasOwnText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim() !== "");
  const texts = all("body *").filter((element) => hasOwnText(element) && !["SCRIPT", "TITLE", "title"].includes(element.tagName));
  const worst = texts.map((element) => [contrast(element), element.outerHTML.slice(0, 120)]).sort((a, b) => a[0] - b[0])[0];

  const lists = all("details").length;
  const folded = all("details:not([open])").length;
  all("details").forEach((details) => { details.open = true; });

  parent.postMessage({
    name: window.name,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    pageLight: luminance(background(document.body)),
    width: innerWidth,
    overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    requests: performance.getEntriesByType("resource").map((entry) => entry.name),
    scripts: document.scripts.length - 2,
    alerts: window.alerts,
    headline: document.querySelector("h1").textContent,
    headlineBox: box(document.querySelector("h1")),
    headings: all("h1, h2, h3").map((heading) => Number(heading.tagName[1])),
    findings: all("article").map((article) => article.textContent),
    boxes: all("article").map(box),
    commands: all(".command code").map((code) => [code.textContent, getComputedStyle(code).userSelect]),
    pictures: all("svg.curve").map((svg) => ({ ...box(svg), title: svg.querySelector("title").textContent })),
    lines: all("svg.curve path.line").map(box),
    labels: all("svg.curve text").map(box),
    headers: all("table").map((table) => table.querySelectorAll("th:not([scope])").length),
    lists, folded, worst,
  }, "*");
})();
