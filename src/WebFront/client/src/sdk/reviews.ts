import type { OrderId, Product, ProductId, Result, StoreId } from './protocol';
import { merged, search, wrapped, type Call } from './rest';

export type Stars = 1 | 2 | 3 | 4 | 5;
/** Five counts, of one star to five. */
export type StarCounts = readonly number[];

/** A store's rating over the last `months` calendar months. */
export interface Rating {
  readonly stars: StarCounts;
  readonly count: number;
  /** Share of four and five stars among four, five, one and two, 0 to 1; absent below `minimum`, and when all have three. */
  readonly positive?: number | null;
  readonly minimum: number;
  readonly months: number;
}

export type RejectReason = 'personalData' | 'insult' | 'spam' | 'offTopic' | 'other';

export interface Words {
  readonly state: 'public' | 'held' | 'rejected';
  /** Absent where the reader may not see it. */
  readonly text?: string | null;
  readonly at: number;
  readonly reason?: RejectReason | null;
  readonly note?: string | null;
}

export interface Review {
  /** Names it; opaque. */
  readonly review: string;
  readonly order?: OrderId | null;
  readonly line?: number | null;
  readonly product: Product;
  readonly store: StoreId;
  /** What the public may know of the buyer. */
  readonly author: string;
  readonly stars: Stars;
  readonly at: number;
  readonly text?: Words | null;
  readonly followUp?: Words | null;
  readonly reply?: Words | null;
  readonly mine: boolean;
  /** Until then the one follow-up may be written; absent when it cannot be. */
  readonly followUpUntil?: number | null;
}

export interface OrderLineReview {
  readonly line: number;
  readonly product: Product;
  readonly canReview: boolean;
  readonly reviewUntil?: number | null;
  readonly review?: Review | null;
}

export interface ReviewPage {
  readonly stars: StarCounts;
  readonly reviews: readonly Review[];
  readonly next?: string | null;
}

export interface ReviewQuery {
  readonly stars?: Stars | undefined;
  readonly before?: string | undefined;
  readonly limit?: number | undefined;
}

export type HeldPart = 'text' | 'followUp' | 'reply';

/** Words that wait for a moderator, or did. */
export interface Held {
  readonly review: string;
  readonly part: HeldPart;
  readonly state: Words['state'];
  readonly text: string;
  readonly findings: readonly ('personalData' | 'insult')[];
  readonly at: number;
  readonly stars: Stars;
  readonly product: Product;
  readonly store: StoreId;
  readonly author: string;
  readonly decidedAt?: number | null;
  readonly reason?: RejectReason | null;
  readonly note?: string | null;
}

export interface HeldPage {
  readonly items: readonly Held[];
  /** Exact up to 999. */
  readonly waiting: number;
  readonly next?: string | null;
}

/** `id` is a UUID made for this decision; the same again gives the first answer. */
export type Decision =
  | { readonly id: string; readonly decision: 'approve' }
  | { readonly id: string; readonly decision: 'reject'; readonly reason: RejectReason; readonly note?: string };

/** A figure of the marketplace as it stands. */
export interface PolicyFigure {
  readonly name: string;
  readonly value: string | number | boolean;
  readonly default: string | number | boolean;
  readonly min?: string | number | null;
  readonly max?: string | number | null;
  readonly unit: string;
  readonly description: string;
}

/** Reviews, moderation and the operator's view, docs/protocol.md part 8. */
export interface ReviewsApi {
  orderReviews(order: OrderId): Promise<Result<{ lines: readonly OrderLineReview[] }>>;
  review(order: OrderId, line: number, given: { id: string; stars: Stars; text?: string }): Promise<Result<{ review: Review }>>;
  followUp(order: OrderId, line: number, given: { id: string; text: string }): Promise<Result<{ review: Review }>>;
  replyToReview(order: OrderId, line: number, given: { id: string; text: string }): Promise<Result<{ review: Review }>>;
  productReviews(product: ProductId, query?: ReviewQuery): Promise<Result<ReviewPage>>;
  storeReviews(store: StoreId, query?: ReviewQuery & { readonly unanswered?: boolean | undefined }): Promise<Result<ReviewPage>>;
  heldReviews(query?: { before?: string | undefined; limit?: number | undefined }): Promise<Result<HeldPage>>;
  decide(review: string, part: HeldPart, decision: Decision): Promise<Result<{ held: Held }>>;
  policy(): Promise<Result<{ policy: readonly PolicyFigure[] }>>;
}

export function reviewsApi(call: Call): ReviewsApi {
  const part = encodeURIComponent;
  const lineOf = (order: OrderId, line: number) => `/api/orders/${part(order)}/lines/${line}/review`;
  const asReview = (review: Review) => ({ review });
  return {
    orderReviews: async (order) => merged(await call('GET', `/api/orders/${part(order)}/reviews`)),
    review: async (order, line, given) => wrapped(await call('POST', lineOf(order, line), given), asReview),
    followUp: async (order, line, given) => wrapped(await call('POST', `${lineOf(order, line)}/follow-up`, given), asReview),
    replyToReview: async (order, line, given) => wrapped(await call('POST', `${lineOf(order, line)}/reply`, given), asReview),
    productReviews: async (product, query = {}) => merged(await call('GET', `/api/products/${part(product)}/reviews${search({ ...query })}`)),
    storeReviews: async (store, query = {}) => merged(await call('GET', `/api/stores/${part(store)}/reviews${search({ ...query })}`)),
    heldReviews: async (query = {}) => merged(await call('GET', `/api/moderation/reviews${search(query)}`)),
    decide: async (review, held, decision) =>
      wrapped(await call('POST', `/api/moderation/reviews/${part(review)}/${held}`, decision), (value: Held) => ({ held: value })),
    policy: async () => merged(await call('GET', '/api/operator/policy')),
  };
}
