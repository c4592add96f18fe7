import { expect, test } from 'vitest';
import { ErrorCode, isTemporary, localError, readError } from '../../src/sdk';
import { contract } from './contracts';

interface Listed {
  code: number;
  name: string;
  temporary: boolean;
}

test('Error_table_equals_the_contract', () => {
  const here = Object.entries(ErrorCode).map(([name, code]) => ({ code, name, temporary: isTemporary(code) }));
  expect(here).toEqual(contract<Listed[]>('errors.json'));
});

test('Unknown_error_code_is_kept_with_what_the_server_says_of_it', () => {
  const error = readError({ code: 3999, name: 'new_rule', message: 'No.', temporary: true, retryAfterMs: 50, more: 1 });
  expect(error).toEqual({ code: 3999, name: 'new_rule', message: 'No.', temporary: true, retryAfterMs: 50, limit: null });
});

test('What_is_no_error_object_is_not_read_as_one', () => {
  expect([readError(null), readError('1000'), readError({ code: '1000' })]).toEqual([null, null, null]);
});

test('Local_error_has_the_shape_of_one_from_the_server', () => {
  expect(localError('message_too_long', 'Too long.', 3000)).toEqual({
    code: 3003,
    name: 'message_too_long',
    message: 'Too long.',
    temporary: false,
    retryAfterMs: null,
    limit: 3000,
  });
});
