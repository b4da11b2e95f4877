import { describeColumnFiles } from './contract.ts';
import { parquetFiles } from './parquet.ts';

describeColumnFiles('Parquet', () => parquetFiles());
