using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Feeds.Replay;

/// <summary>Reads a CSV dump of trades. Usual rows take a scanner that only ever says "good" or "not sure"; the rest get a careful second look.</summary>
internal sealed unsafe class DumpReader<TColumns> : TapeReader
    where TColumns : struct, IDumpColumns
{
    private readonly SymbolSpec _spec;
    private readonly TColumns _columns;

    public DumpReader(TapeFile file, SymbolSpec spec, TColumns columns)
        : base(file)
    {
        _spec = spec;
        _columns = columns;
        if (file.HasHeader && Lines.Advance())
        {
            Lines.TakeLine();
        }
    }

    private protected override void ReadRun(TapeBlock block)
    {
        var free = block.Free;
        ref var first = ref MemoryMarshal.GetReference(free);
        var count = 0;
        var row = Lines.Position;
        var end = Lines.End;
        long lines = 0;
        while (row < end && count < free.Length)
        {
            ref var print = ref Unsafe.Add(ref first, count);
            var next = _columns.TryReadFast(row, ref print);
            if (next is not null)
            {
                row = next;
                count++;
                lines++;
                continue;
            }

            Lines.Line += lines;
            lines = 0;
            Lines.Position = row;
            count += ReadCarefully(block, ref print) ? 1 : 0;
            row = Lines.Position;
        }

        Lines.Line += lines;
        Lines.Position = row;
        block.Commit(_spec, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool ReadCarefully(TapeBlock block, ref ReceivedPrint print)
    {
        var line = Lines.TakeLine();
        if (line.IsEmpty)
        {
            return false;
        }

        var row = new DumpRow(line);
        if (_columns.TryReadCarefully(ref row, out var read))
        {
            print = read;
            return true;
        }

        Refuse(block, row.Reason, row.Error!, line, _spec.Symbol);
        return false;
    }
}

/// <summary>The columns of one kind of dump.</summary>
internal unsafe interface IDumpColumns
{
    /// <summary>Reads one row in the usual shape; answers what follows it, or <see langword="null"/> for "not sure".</summary>
    byte* TryReadFast(byte* row, ref ReceivedPrint print);

    /// <summary>Reads any valid row; on <see langword="false"/> the row says what is wrong with it.</summary>
    bool TryReadCarefully(scoped ref DumpRow row, out ReceivedPrint print);
}
