using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Trades;
using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Replay;

/// <summary>A recording whose kind, symbol and units are known: the result of looking at its name, its checksum and its first lines.</summary>
public sealed class TapeFile
{
    internal TapeFile(string path)
    {
        Path = path;
    }

    /// <summary>Gets the path as it was given.</summary>
    public string Path { get; }

    /// <summary>Gets what it holds.</summary>
    public required TapeFormat Format { get; init; }

    /// <summary>Gets the pair; <see langword="null"/> for frames, which carry their own and may hold several.</summary>
    public Symbol? Symbol { get; init; }

    /// <summary>Gets the pair that frames are to be limited to; <see langword="null"/> for all.</summary>
    public Symbol? OnlySymbol { get; init; }

    /// <summary>Gets the window of a klines dump.</summary>
    public CandleInterval? Interval { get; init; }

    /// <summary>Gets whether its times are in µs rather than ms.</summary>
    public bool IsMicroseconds { get; init; }

    /// <summary>Gets the days that a dump's name promises whole, or <see langword="null"/>: what lies inside and is not in the file did not happen.</summary>
    public TapeCoverage? Covers { get; init; }

    /// <summary>Gets the time of its first row, µs; by it several files are put in order.</summary>
    public long FirstTimeMicros { get; init; }

    /// <summary>Gets its size on disk, bytes.</summary>
    public long Length { get; init; }

    /// <summary>Gets whether its first line names the columns.</summary>
    internal bool HasHeader { get; init; }

    /// <summary>Gets the decimals that the quantities of its first rows use.</summary>
    internal int QuantityDecimals { get; init; } = SymbolSpec.MaxDecimals;

    /// <summary>Looks at a file: verifies the checksum beside it, sniffs its kind, and checks that name and content agree.</summary>
    /// <param name="path">The file: plain, gzip or a zip of one file.</param>
    /// <param name="symbol">The pair, where the name does not tell; for frames, the only one wanted.</param>
    /// <param name="otherwise">The pair to take where neither <paramref name="symbol"/> nor the name tells; for frames, the only one wanted.</param>
    /// <exception cref="TapeException">It cannot be used; the message says why and what to do.</exception>
    public static TapeFile Open(string path, Symbol? symbol = null, Symbol? otherwise = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return TapeSniffer.Look(path, symbol, otherwise);
    }

    /// <summary>Looks at several files and puts them in the order of their first rows, so that it does not matter how they were named.</summary>
    /// <exception cref="TapeException">One of them cannot be used.</exception>
    public static IReadOnlyList<TapeFile> OpenAll(IEnumerable<string> paths, Symbol? symbol = null) =>
        [.. paths.Select(path => Open(path, symbol)).OrderBy(file => file.FirstTimeMicros)];

    /// <summary>Opens the file to read its prints.</summary>
    /// <param name="symbols">The scales; a table that discovers takes any symbol.</param>
    /// <exception cref="TapeException">It cannot be opened, or holds no trades, or the table does not know its symbol.</exception>
    public TapeReader OpenReader(SymbolTable symbols)
    {
        ArgumentNullException.ThrowIfNull(symbols);
        return Format switch
        {
            TapeFormat.Frames => new FrameReader(this, symbols),
            TapeFormat.Trades => Dump(spec => new DumpReader<TradeColumns>(this, spec, new TradeColumns(spec))),
            TapeFormat.AggregateTrades => Dump(spec => new DumpReader<AggregateTradeColumns>(this, spec, new AggregateTradeColumns(spec, QuantityDecimals))),
            _ => throw new TapeException(Path, null, "expected trades, found klines", "give it to 'candles verify' as the second file"),
        };

        TapeReader Dump(Func<SymbolSpec, TapeReader> open)
        {
            var name = System.Text.Encoding.UTF8.GetBytes(Symbol!.Value.Value);
            return symbols.Find(name) is { } spec
                ? open(spec)
                : throw new TapeException(Path, null, $"{Symbol} is not a symbol that is followed", "add it to the symbols");
        }
    }
}

/// <summary>A stretch of time of which every trade is in a file.</summary>
/// <param name="FromMicros">Start, µs, inclusive.</param>
/// <param name="ToMicros">End, µs, exclusive.</param>
public readonly record struct TapeCoverage(long FromMicros, long ToMicros);
