/** The one thing that we call in GOV.UK Frontend, which ships no types. */
export function initAll(options?: { scope?: Element | Document; onError?: (error: unknown) => void }): void
