import { render } from 'preact';
import { App } from './app';
import { applyTheme, firstMessages, PreferencesProvider } from './preferences';
import { connect } from './session';
import './styles/tokens.css';
import './styles/base.css';
import './styles/shell.css';
import './styles/market.css';
import './styles/forms.css';
import './styles/reviews.css';
import './styles/messages.css';
import './styles/list.css';
import './styles/thread.css';
import './styles/composer.css';
import './styles/context.css';
import './styles/orders.css';
import './styles/order-page.css';

applyTheme();
void connect();
void firstMessages().then((first) => {
  document.documentElement.lang = first.lang;
  render(
    <PreferencesProvider first={first}>
      <App />
    </PreferencesProvider>,
    document.getElementById('app')!,
  );
});
