/**
 * Every style sheet of the app in one file: a page that the server renders is dressed before its code arrives.
 * What comes later may adjust what comes earlier, never the other way.
 */
import './index.css';

import.meta.glob('../../shared/**/*.css', { eager: true });
import.meta.glob('../shell/*.css', { eager: true });
import.meta.glob('../../features/**/*.css', { eager: true });
