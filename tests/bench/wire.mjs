// Messages of Protocol Buffers and frames of gRPC, as few of them as the bench sends.

const FRAME_HEADER_BYTES = 5;
const VARINT = 0;
const BYTES = 2;

function varint(number) {
  const bytes = [];
  for (let rest = number; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest % 128) | 128);
  }
}

// Field `number` of a message: text, bytes or a message within.
export function field(number, content) {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint((number << 3) | BYTES), varint(bytes.length), bytes]);
}

export function numberField(number, value) {
  return Buffer.concat([varint((number << 3) | VARINT), varint(value)]);
}

export function message(...fields) {
  return Buffer.concat(fields);
}

// A gRPC frame: not compressed, length, message.
export function frame(bytes) {
  const head = Buffer.alloc(FRAME_HEADER_BYTES);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}
