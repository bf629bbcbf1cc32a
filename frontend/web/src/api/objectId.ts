/**
 * A new ObjectId: the seconds of @now, then eight random bytes. Made here, so that a request that is sent again after
 * an unclear failure stores one document.
 */
export function newObjectId(now = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  new DataView(bytes.buffer).setUint32(0, Math.floor(now / 1000));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
