import { Camera, Search } from 'lucide-preact';
import { ChooseFile } from '../../shared/ui/choose-file.tsx';
import { pictureChoice } from '../../shared/upload/picture-choice.ts';
import { SuggestionList } from './suggestion-list.tsx';
import { useCombobox } from './use-combobox.ts';
import { useSearchWords } from './use-search-words.ts';

/** The search at the top of every page: words with suggestions, or a picture. */
export function SearchField() {
  const { words, setWords, search } = useSearchWords();
  const box = useCombobox(words, (chosen) => {
    setWords(chosen);
    search(chosen);
  });
  const submit = (event: Event) => {
    event.preventDefault();
    box.close();
    search(words);
  };
  return (
    <search class="search" onFocusOut={box.onFocusOut}>
      <form action="/search" onSubmit={submit}>
        <Search class="search-icon" size={20} aria-hidden="true" />
        <input
          id="search"
          name="q"
          type="search"
          placeholder="Search"
          aria-label="Search pictures, boards and people"
          autocomplete="off"
          enterkeyhint="search"
          maxLength={200}
          value={words}
          onInput={(event) => setWords(event.currentTarget.value)}
          {...box.inputProps}
        />
        <ChooseFile
          class="icon-button search-camera"
          label="Search by a picture"
          onFiles={([file]) => {
            if (file) pictureChoice.value = { files: [file], kind: 'search' };
          }}
        >
          <Camera size={20} aria-hidden="true" />
        </ChooseFile>
        {box.isOpen && <SuggestionList {...box.listProps} />}
      </form>
    </search>
  );
}
