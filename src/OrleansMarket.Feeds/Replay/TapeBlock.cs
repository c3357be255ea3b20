using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>A pooled piece of a recording, in its order: prints in runs of one symbol, and what was refused between them.</summary>
public sealed class TapeBlock
{
    /// <summary>Prints in a full block: large enough to hand over rarely, small enough to stay in a core's cache.</summary>
    public const int Capacity = 2_048;

    private readonly ReceivedPrint[] _prints = new ReceivedPrint[Capacity];
    private readonly TapeRun[] _runs = new TapeRun[Capacity];
    private readonly List<DeadLetter> _deadLetters = [];
    private int _runCount;

    /// <summary>Gets the file that the block was read from.</summary>
    public TapeFile? File { get; private set; }

    /// <summary>Gets how many prints the block holds.</summary>
    public int Count { get; private set; }

    /// <summary>Gets the runs of one symbol, in order; together they cover every print.</summary>
    public ReadOnlySpan<TapeRun> Runs => _runs.AsSpan(0, _runCount);

    /// <summary>Gets what was refused.</summary>
    public IReadOnlyList<DeadLetter> DeadLetters => _deadLetters;

    /// <summary>Gets how many frames were simply not trades, or trades of symbols not asked for.</summary>
    public long OtherRows { get; internal set; }

    /// <summary>Gets how much of the file on disk had been read when the block was full, bytes.</summary>
    public long FilePosition { get; internal set; }

    /// <summary>Gets whether the block has no room for another print.</summary>
    internal bool IsFull => Count == Capacity;

    /// <summary>Gets whether there is nothing in it.</summary>
    internal bool IsEmpty => Count == 0 && _deadLetters.Count == 0 && OtherRows == 0;

    /// <summary>The prints of a run.</summary>
    public ReadOnlyMemory<ReceivedPrint> Prints(in TapeRun run) => _prints.AsMemory(run.Start, run.Count);

    /// <summary>The prints of a run, to look at in place.</summary>
    public ReadOnlySpan<ReceivedPrint> Span(in TapeRun run) => _prints.AsSpan(run.Start, run.Count);

    /// <summary>Empties the block for its next use.</summary>
    internal void Clear(TapeFile file)
    {
        File = file;
        Count = 0;
        _runCount = 0;
        _deadLetters.Clear();
        OtherRows = 0;
    }

    /// <summary>The place of the next print; <see cref="Commit"/> counts it.</summary>
    internal ref ReceivedPrint Next => ref _prints[Count];

    /// <summary>Counts prints written behind the last one.</summary>
    internal void Commit(SymbolSpec spec, int count)
    {
        if (_runCount > 0 && ReferenceEquals(_runs[_runCount - 1].Spec, spec))
        {
            ref var last = ref _runs[_runCount - 1];
            last = last with { Count = last.Count + count };
        }
        else if (count > 0)
        {
            _runs[_runCount++] = new TapeRun(spec, Count, count);
        }

        Count += count;
    }

    /// <summary>The places behind the last print, all free.</summary>
    internal Span<ReceivedPrint> Free => _prints.AsSpan(Count);

    /// <summary>Adds what was refused.</summary>
    internal void Reject(DeadLetter letter) => _deadLetters.Add(letter);
}

/// <summary>Prints of one symbol that follow each other in a block.</summary>
/// <param name="Spec">The symbol and its scale.</param>
/// <param name="Start">Index of the first.</param>
/// <param name="Count">How many.</param>
public readonly record struct TapeRun(SymbolSpec Spec, int Start, int Count);
