// SPDX-License-Identifier: Apache-2.0
// Asks for the token.

import {element, setText} from './dom.js';

export class TokenPage {
  title = 'Token';

  constructor(onToken) {
    this.problem = element('p', {class: 'problem', role: 'alert'});
    this.input = element('input', {
      type: 'password',
      id: 'token',
      autocomplete: 'off',
      spellcheck: 'false',
      required: true,
    });
    const take = (event) => {
      event.preventDefault();
      onToken(this.input.value.trim());
    };
    this.element = element(
      'div',
      {class: 'page'},
      element(
        'form',
        {class: 'card token', onsubmit: take},
        element('h1', {}, 'Which token?'),
        element(
          'p',
          {},
          'This server speaks to whoever has its token. ',
          element('code', {}, 'ingot serve'),
          ' printed the address with it, and the file it is in.',
        ),
        element('label', {for: 'token'}, 'Token'),
        this.input,
        this.problem,
        element('button', {type: 'submit', class: 'strong'}, 'Connect'),
      ),
    );
  }

  tell(problem) {
    setText(this.problem, problem);
    this.input.select();
    this.input.focus();
  }

  show() {}
}
