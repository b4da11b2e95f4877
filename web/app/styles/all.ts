/** Every style sheet of the app in one file: a page rendered on the server is dressed before its code arrives. */
import './index.css';

import.meta.glob('../../{features,shared,app/shell}/**/*.css', { eager: true });
