// The letters of a diagram: those of our pages, as the labels were measured with a narrow font.

const fontFamily = '"Fira Sans", Arial, sans-serif';

export const textRenderer = { defaultStyle: { fontFamily }, externalStyle: { fontFamily, fontSize: 12 } };
