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

// The messages that come on a stream of gRPC, one by one.
export async function* messagesIn(stream) {
  let rest = Buffer.alloc(0);
  for await (const data of stream) {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const end =
        FRAME_HEADER_BYTES + (rest.length >= FRAME_HEADER_BYTES ? rest.readUInt32BE(1) : 0);
      if (rest.length < Math.max(end, FRAME_HEADER_BYTES)) break;
      yield rest.subarray(FRAME_HEADER_BYTES, end);
      rest = rest.subarray(end);
    }
  }
}

function readVarint(bytes, place) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[place++];
    value += (byte % 128) * scale;
    if (byte < 128) return [value, place];
  }
}

// Field `number` of a message that has only numbers and texts; nothing if it is not there.
export function bytesField(message, number) {
  for (let place = 0; place < message.length; ) {
    const [tag, next] = readVarint(message, place);
    const [value, end] = readVarint(message, next);
    place = tag % 8 === BYTES ? end + value : end;
    if (tag === ((number << 3) | BYTES)) return message.subarray(end, place);
  }
  return Buffer.alloc(0);
}
