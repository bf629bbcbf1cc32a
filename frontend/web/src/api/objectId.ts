/** A new ObjectId of our own making: a request that is sent again after an unclear failure then stores one document. */
export function newObjectId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  new DataView(bytes.buffer).setUint32(0, Math.floor(Date.now() / 1000));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
