// Brings the step the case stands at into view inside the diagram; the page itself does not move.

const picture = document.querySelector(".pik-picture");
const current = picture?.querySelector(".pik-d-current");
if (current) {
  const frame = picture.getBoundingClientRect();
  const step = current.getBoundingClientRect();
  picture.scrollLeft += step.left - frame.left - (frame.width - step.width) / 2;
  picture.scrollTop += step.top - frame.top - (frame.height - step.height) / 2;
}
