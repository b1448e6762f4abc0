// Pages and templates in the admin: the colour and the logo on both papers, and a text with made-up facts, while one types.
addEventListener("DOMContentLoaded", () => {
  "use strict";
  const COLOR = /^#[0-9a-f]{6}$/i;
  const channels = (color) => [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
  const light = (color) => {
    const [r, g, b] = channels(color).map((c) => (c <= 10 ? c / 3294.6 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ratio = (one, other) => {
    const [low, high] = [light(one), light(other)].sort((a, b) => a - b);
    return (high + 0.05) / (low + 0.05);
  };
  const mix = (color, other, share) =>
    "#" + channels(color).map((c, n) => Math.round(c + (channels(other)[n] - c) * share).toString(16).padStart(2, "0")).join("");
  function readable(color, paper, least) {
    const towards = light(paper) > 0.18 ? "#000000" : "#ffffff";
    for (let step = 0; step <= 100; step++) {
      const shade = mix(color, towards, step / 100);
      if (ratio(shade, paper) >= least) return shade;
    }
    return towards;
  }

  for (const field of document.querySelectorAll("[data-brand]")) {
    const input = field.querySelector("input"), list = field.querySelector("[data-shades]");
    const papers = [...field.querySelector("[data-papers]").content.children];
    input.addEventListener("input", () => {
      const color = input.value.trim().toLowerCase();
      list.replaceChildren();
      if (!COLOR.test(color)) return;
      for (const { dataset, textContent } of papers) {
        const shade = readable(color, dataset.paper, Number(field.dataset.least)), row = document.createElement("li");
        const big = document.createElement("b");
        big.textContent = "Aa";
        const how = shade === color ? field.dataset.itself : field.dataset.bent.replace("%s", shade);
        row.append(big, ` ${textContent} ${how}, ${ratio(shade, dataset.paper).toFixed(1)} : 1`);
        row.style.background = dataset.paper;
        row.style.color = shade;
        list.append(row);
      }
    });
  }

  for (const field of document.querySelectorAll("[data-logo]")) {
    const input = field.querySelector("input[type=file]"), remove = field.querySelector("input[type=checkbox]");
    const papers = field.querySelector("[data-papers]"), said = field.querySelector("[data-said]");
    const draw = (source) => {
      papers.hidden = false;
      field.querySelectorAll("[data-of-stored]").forEach((sentence) => sentence.remove());
      for (const image of papers.querySelectorAll("img")) {
        ["width", "height"].forEach((side) => image.removeAttribute(side));
        image.closest("li").classList.remove("bw-plate");
        image.src = source;
      }
    };
    input.addEventListener("change", () => {
      const [file] = input.files;
      if (!file) return;
      const wrong = file.size > Number(field.dataset.largest) ? "tooLarge" : file.type.startsWith("image/svg") ? "svg" : "";
      said.textContent = field.dataset[wrong || "chosen"];
      if (wrong) { input.value = ""; return; }
      if (remove) remove.checked = false;
      const reader = new FileReader();
      reader.addEventListener("load", () => draw(reader.result));
      reader.readAsDataURL(file);
    });
  }
});
