// Parts of the country that is chosen. Without it, those of the country that was saved are offered.
(() => {
  "use strict";

  function offerParts() {
    const country = document.getElementById("id_country");
    const part = document.getElementById("id_subdivision");
    if (!country || !part) return;
    const parts = JSON.parse(part.dataset.parts);
    const whole = part.options[0];
    country.addEventListener("change", () => {
      const offered = (parts[country.value] ?? []).map(([code, name]) => new Option(name, code));
      part.replaceChildren(whole, ...offered);
      whole.selected = true;
    });
  }

  document.addEventListener("DOMContentLoaded", offerParts);
})();
