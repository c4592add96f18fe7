import { ErrorCode } from '../../sdk/errors';
import type { WireError } from '../../sdk/protocol';
import type { Translator, TextKey } from '../i18n/index';

const words: Partial<Record<number, TextKey>> = {
  [ErrorCode.internal]: 'errInternal',
  [ErrorCode.unavailable]: 'errUnavailable',
  [ErrorCode.outcome_unknown]: 'errUnavailable',
  [ErrorCode.busy]: 'errUnavailable',
  [ErrorCode.unauthenticated]: 'errSession',
  [ErrorCode.bad_credentials]: 'errCredentials',
  [ErrorCode.name_taken]: 'errNameTaken',
  [ErrorCode.bad_name]: 'errBadName',
  [ErrorCode.weak_password]: 'errWeakPassword',
  [ErrorCode.too_many_attempts]: 'errTooMany',
  [ErrorCode.session_revoked]: 'errSession',
  [ErrorCode.conversation_not_found]: 'errGone',
  [ErrorCode.message_empty]: 'errEmpty',
  [ErrorCode.message_too_long]: 'errTooLong',
  [ErrorCode.message_malformed]: 'errMalformed',
  [ErrorCode.own_store]: 'errOwnStore',
  [ErrorCode.store_not_found]: 'errGone',
  [ErrorCode.product_not_found]: 'errProductGone',
  [ErrorCode.rate_limited]: 'errRateLimited',
  [ErrorCode.review_not_found]: 'errReviewGone',
  [ErrorCode.review_not_allowed]: 'errReviewNotAllowed',
  [ErrorCode.review_exists]: 'errReviewExists',
  [ErrorCode.review_locked]: 'errReviewLocked',
  [ErrorCode.reply_exists]: 'errReplyExists',
  [ErrorCode.not_held]: 'errNotHeld',
  [ErrorCode.id_conflict]: 'errIdConflict',
  [ErrorCode.too_many]: 'errTooOften',
  [ErrorCode.order_not_found]: 'errOrderGone',
  [ErrorCode.order_wrong_state]: 'errOrderState',
  [ErrorCode.order_changed]: 'errOrderChanged',
  [ErrorCode.order_other_side]: 'errOrderSide',
  [ErrorCode.order_invalid]: 'errOrderInvalid',
  [ErrorCode.amount_invalid]: 'errAmount',
  [ErrorCode.parcel_invalid]: 'errParcel',
  [ErrorCode.tracking_invalid]: 'errTracking',
  [ErrorCode.extension_too_long]: 'errExtension',
  [ErrorCode.refund_too_large]: 'errRefund',
  [ErrorCode.refund_not_found]: 'errRefundGone',
};

/** What went wrong in the words of the reader; a code we do not know is a fault on our side. */
export function errorWords(error: WireError, i18n: Translator): string {
  return i18n.t(words[error.code] ?? 'errInternal', { limit: i18n.number(error.limit ?? 0) });
}
