// SHA-256 (FIPS 180-4) of a short text, at once; the browser's own works only later, as a promise.

const ROUND = [];
const START = [];

function fractionBits(root) {
  return ((root - Math.floor(root)) * 2 ** 32) | 0;
}

for (let candidate = 2; ROUND.length < 64; candidate += 1) {
  let prime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor += 1) {
    if (candidate % divisor === 0) prime = false;
  }
  if (prime) {
    if (START.length < 8) START.push(fractionBits(Math.sqrt(candidate)));
    ROUND.push(fractionBits(Math.cbrt(candidate)));
  }
}

const turn = (word, bits) => (word >>> bits) | (word << (32 - bits));

function padded(bytes) {
  const blocks = Math.ceil((bytes.length + 9) / 64);
  const message = new Uint8Array(blocks * 64);
  message.set(bytes);
  message[bytes.length] = 0x80;
  new DataView(message.buffer).setUint32(message.length - 4, bytes.length * 8);
  return new DataView(message.buffer);
}

// The first 8 bytes of the hash of a text in UTF-8, as a whole number (BigInt).
export function firstEightBytes(text) {
  const message = padded(new TextEncoder().encode(text));
  const hash = [...START];
  const words = new Int32Array(64);
  for (let block = 0; block < message.byteLength; block += 64) {
    for (let index = 0; index < 64; index += 1) {
      if (index < 16) {
        words[index] = message.getInt32(block + index * 4);
        continue;
      }
      const early = words[index - 15];
      const late = words[index - 2];
      const small = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
      const large = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
      words[index] = words[index - 16] + small + words[index - 7] + large;
    }
    let [a, b, c, d, e, f, g, h] = hash;
    for (let index = 0; index < 64; index += 1) {
      const mixed = turn(e, 6) ^ turn(e, 11) ^ turn(e, 25);
      const chosen = (e & f) ^ (~e & g);
      const first = (h + mixed + chosen + ROUND[index] + words[index]) | 0;
      const spread = turn(a, 2) ^ turn(a, 13) ^ turn(a, 22);
      const second = (spread + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
    }
    [a, b, c, d, e, f, g, h].forEach((word, index) => {
      hash[index] = (hash[index] + word) | 0;
    });
  }
  return (BigInt(hash[0] >>> 0) << 32n) | BigInt(hash[1] >>> 0);
}
