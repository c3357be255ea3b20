using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Replay;

namespace OrleansMarket.Feeds.Tests.Replay;

/// <summary>Every way in which a file cannot be used is one line that names the file, the fault and the remedy.</summary>
public sealed class TapeFileErrorTests : IDisposable
{
    private const string Row = "1,100.00000000,2.00000000,200.00000000,1704067200000,True,True\n";
    private const string Name = "BTCUSDT-trades-2024-01-01.csv";

    private readonly TapeFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Unusable => new()
    {
        { "missing", "no such file" },
        { "directory", "found a directory" },
        { "empty", "the file is empty" },
        { "blank", "the file is empty" },
        { "empty gzip", "the file is empty" },
        { "header only", "found a header and no rows" },
        { "truncated gzip", "damaged or ends too early" },
        { "damaged gzip", "damaged or ends too early" },
        { "truncated zip", "damaged or ends too early" },
        { "zip of two", "expected a zip of one .csv file, found 2 files" },
        { "empty zip", "expected a zip of one .csv file, found 0 files" },
        { "binary", "found binary data" },
        { "prose", "expected 7 (trades), 8 (aggTrades) or 12 (klines) columns" },
        { "one word", "expected 7 (trades), 8 (aggTrades) or 12 (klines) columns" },
        { "json array", "expected 7 (trades), 8 (aggTrades) or 12 (klines) columns" },
        { "five columns", "found 5" },
        { "other kind", "the name says aggTrades, the columns say trades" },
        { "nameless", "add --symbol" },
        { "other symbol", "the name says BTCUSDT, --symbol says ETHUSDT" },
        { "klines of 3m", "klines of 3m are not built here" },
        { "cut row", ":2: the file ends inside a row" },
        { "cut frame", ":2: the file ends inside a row" },
        { "bad checksum", "expected SHA-256 000000000000… as in BTCUSDT-trades-2024-01-01.csv.CHECKSUM, found" },
        { "no checksum", "expected a SHA-256 of 64 hexadecimal digits" },
        { "wrong rows", "rows were refused, the first at" },
        { "klines as trades", "give it to 'candles verify'" },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void UnusableFile_SaysWhyInOneLine(string what, string expected)
    {
        var symbol = what == "other symbol" ? new Symbol("ETHUSDT") : (Symbol?)null;
        var path = Make(what);

        var error = Assert.Throws<TapeException>(() => TapeFolder.ReadAll(path, symbol));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.StartsWith(path, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.Contains("; ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GoodChecksum_IsNoObstacle()
    {
        var path = _folder.Zip("BTCUSDT-trades-2024-01-01.zip", (Name, Row));
        TapeFolder.Checksum(path);

        Assert.Single(TapeFolder.ReadAll(path).Prints);
    }

    [Fact]
    public void ChecksumOfAChangedFile_IsNoticed()
    {
        var path = _folder.Plain(Name, Row);
        TapeFolder.Checksum(path);
        File.AppendAllText(path, Row);

        Assert.Throws<TapeException>(() => TapeFile.Open(path));
    }

    [Fact]
    public void TruncatedGzip_GivesWhatIsBeforeTheCut()
    {
        var rows = string.Concat(Enumerable.Range(1, 200_000).Select(i => $"{i},{i % 977}.50000000,2.00000000,200.00000000,1704067200000,True,True\n"));
        var whole = _folder.Gzip("whole.gz", rows);
        var path = _folder.Gzip("BTCUSDT-trades-2024-01-01.csv.gz", rows, keepBytes: (int)new FileInfo(whole).Length / 2);
        var file = TapeFile.Open(path);
        using var reader = file.OpenReader(TapeSymbols.Any());
        var block = new TapeBlock();
        long prints = 0;

        var error = Assert.Throws<TapeException>(() =>
        {
            while (reader.Read(block))
            {
                prints += block.Count;
            }
        });

        Assert.InRange(prints, 1_000, 199_000);
        Assert.NotNull(error.Line);
    }

    [Theory]
    [InlineData("BTCUSDT-trades-2024-08-08.zip", "BTCUSDT", TapeFormat.Trades, "2024-08-08", "2024-08-09")]
    [InlineData("ETHBTC-aggTrades-2024-02.csv", "ETHBTC", TapeFormat.AggregateTrades, "2024-02-01", "2024-03-01")]
    [InlineData("BTCUSDT-1m-2024-12.csv", "BTCUSDT", TapeFormat.Klines, "2024-12-01", "2025-01-01")]
    [InlineData("币安人生USDT-trades-2025-12-31.csv", "币安人生USDT", TapeFormat.Trades, "2025-12-31", "2026-01-01")]
    public void Name_TellsSymbolKindAndDays(string file, string symbol, TapeFormat format, string from, string to)
    {
        var name = TapeName.Parse("/some/folder-trades-x/" + file);

        Assert.Equal(symbol, name.Symbol?.Value);
        Assert.Equal(format, name.Format);
        Assert.Equal(new TapeCoverage(MicrosOf(from), MicrosOf(to)), name.Covers);
    }

    [Theory]
    [InlineData("btcusdt_20240808.gz")]
    [InlineData("trades.csv")]
    [InlineData("BTCUSDT.csv")]
    public void OtherName_TellsNothing(string file) => Assert.Equal(default, TapeName.Parse(file));

    [Fact]
    public void SeveralFiles_ArePutInTheOrderOfTheirRows()
    {
        var second = _folder.Plain("BTCUSDT-trades-2024-01-02.csv", Row.Replace("1704067200000", "1704153600000", StringComparison.Ordinal));
        var first = _folder.Plain(Name, Row);

        Assert.Equal([first, second], TapeFile.OpenAll([second, first]).Select(file => file.Path));
    }

    private static long MicrosOf(string date) => Micros.From(DateTimeOffset.Parse(date + "T00:00:00Z", System.Globalization.CultureInfo.InvariantCulture));

    private string Make(string what)
    {
        const string Header = "id,price,qty,quoteQty,time,isBuyerMaker,isBestMatch\n";
        const string Kline = "1735689600000000,4.15070000,4.15870000,4.15060000,4.15540000,539.23000000,{0},2240.39860900,13,401.82000000,1669.98121300,0\n";
        switch (what)
        {
            case "missing": return _folder.At(Name);
            case "directory": return Directory.CreateDirectory(_folder.At("days")).FullName;
            case "empty": return _folder.Plain(Name, "");
            case "blank": return _folder.Plain(Name, "\n \n");
            case "empty gzip": return _folder.Gzip(Name + ".gz", "");
            case "header only": return _folder.Plain(Name, Header);
            case "truncated gzip": return _folder.Gzip(Name + ".gz", string.Concat(Enumerable.Range(1, 100).Select(i => $"{i}{Row[1..]}")), keepBytes: 120);
            case "damaged gzip":
                var damaged = _folder.Gzip(Name + ".gz", Row + Row);
                var bytes = File.ReadAllBytes(damaged);
                bytes[^6] ^= 0xFF; // the check sum in the trailer
                File.WriteAllBytes(damaged, bytes);
                return damaged;
            case "truncated zip":
                var zip = _folder.Zip("BTCUSDT-trades-2024-01-01.zip", (Name, Row));
                File.WriteAllBytes(zip, File.ReadAllBytes(zip)[..^30]);
                return zip;
            case "zip of two": return _folder.Zip("BTCUSDT-trades-2024-01-01.zip", (Name, Row), ("readme.txt", "x"));
            case "empty zip": return _folder.Zip("BTCUSDT-trades-2024-01-01.zip");
            case "binary": return _folder.Plain(Name, "\u0001\0\u0002\0");
            case "one word": return _folder.Plain("notes.txt", "hello\n");
            case "prose": return _folder.Plain("README.md", "# Title\n\nSome words, and a comma.\n");
            case "json array": return _folder.Plain(Name, "[[1704067200000,\"1\"]]\n");
            case "five columns": return _folder.Plain(Name, "1,2,3,4,5\n");
            case "other kind": return _folder.Plain("BTCUSDT-aggTrades-2024-01-01.csv", Row);
            case "nameless": return _folder.Plain("mine.csv", Row);
            case "other symbol": return _folder.Plain(Name, Row);
            case "klines of 3m": return _folder.Plain("BTCUSDT-3m-2025-01-01.csv", Kline.Replace("{0}", "1735689779999999", StringComparison.Ordinal));
            case "cut row": return _folder.Plain(Name, Row + Row[..30]);
            case "cut frame": return _folder.Plain("frames.txt", "{\"result\":null,\"id\":1}\n{\"stream\":\"btcusdt@trade\",\"data\":{\"e\":\"tra");
            case "bad checksum":
                var path = _folder.Plain(Name, Row);
                TapeFolder.Checksum(path, new string('0', 64));
                return path;
            case "no checksum":
                var unchecked_ = _folder.Plain(Name, Row);
                File.WriteAllText(unchecked_ + ".CHECKSUM", "<html>not found</html>");
                return unchecked_;
            case "wrong rows": return _folder.Plain(Name, Row + string.Concat(Enumerable.Repeat("1,2,3\n", 5_000)));
            case "klines as trades": return _folder.Plain("BTCUSDT-1h-2025-01-01.csv", Kline.Replace("{0}", "1735693199999999", StringComparison.Ordinal));
            default: throw new ArgumentOutOfRangeException(nameof(what), what, "no such file to make");
        }
    }
}
