import { chooseTheme, type Theme, theme, themes } from '../../shared/theme/theme.ts';

const names: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' };

/** Light, dark, or as the system has it. */
export function ThemeChoice() {
  return (
    <fieldset class="choice">
      <legend>Appearance</legend>
      {themes.map((each) => (
        <label key={each} class="choice-option">
          <input
            type="radio"
            name="theme"
            checked={theme.value === each}
            onChange={() => chooseTheme(each)}
          />
          <span>{names[each]}</span>
        </label>
      ))}
    </fieldset>
  );
}
