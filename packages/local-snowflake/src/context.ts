import type { AuthResult } from './auth/key-pair-jwt.ts';
import type { OAuthTokens } from './auth/oauth.ts';
import type { Catalog } from './catalog/catalog.ts';
import type { EmulatorSettings } from './settings.ts';
import type { Store } from './store/store.ts';

/** What every part of the emulator is given. */
export interface EmulatorContext {
  readonly settings: EmulatorSettings;
  readonly catalog: Catalog;
  readonly store: Store;
  readonly auth: {
    /** Checks a key-pair JWT; `now` defaults to the clock. */
    verifyKeyPairJwt(token: string): AuthResult;
    readonly oauth: OAuthTokens;
  };
  readonly clock: { /** Milliseconds since the epoch. */ now(): number };
}
