// The diagram as a picture, made in the browser.

const SCALE = 2; // PNG: pixels of the picture for each of the diagram

export async function exportSvg(modeler, name) {
  const { svg } = await modeler.saveSVG();
  save(new Blob([svg], { type: 'image/svg+xml' }), `${name}.svg`);
}

export async function exportPng(modeler, name) {
  const { svg } = await modeler.saveSVG();
  const picture = new Image();
  picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await picture.decode();
  const canvas = document.createElement('canvas');
  canvas.width = picture.naturalWidth * SCALE;
  canvas.height = picture.naturalHeight * SCALE;
  const pen = canvas.getContext('2d');
  pen.fillStyle = '#fff';
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  save(blob, `${name}.png`);
}

export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
