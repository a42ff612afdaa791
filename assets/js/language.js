// Offers the language that the browser asks for, where the page has it. The address decides.
const wish = (navigator.languages || [navigator.language])
  .map((tag) => tag.toLowerCase().split("-")[0])
  .map((tag) => (tag === "no" ? "nb" : tag))
  .find((tag) => ["nb", "nn", "en"].includes(tag));
for (const offer of document.querySelectorAll("[data-offer]")) {
  offer.hidden = offer.lang !== wish;
}
