/** The tusk over the water; icons/logo.svg is the same drawing. */
export function Logo() {
  return (
    <svg className="logo" viewBox="0 0 64 64" aria-hidden="true" focusable="false">
      <rect className="logo-sea" width="64" height="64" rx="14" />
      <path className="logo-tusk" d="M51 7 25 41l7 6Z" />
      <path className="logo-groove" d="m45.500 14.200 2 2.600M40 21.400l3.600 3.600M34.500 28.600l5 4.600M29 35.800l6 5.400" />
      <path className="logo-wave" d="M8 48c6-6 11-6 16 0s10 6 16 0 11-6 16 0" />
    </svg>
  );
}
