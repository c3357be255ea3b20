using OrleansMarket.Feeds.Binance.Frames;

namespace OrleansMarket.Feeds.Replay;

/// <summary>
/// Reads and decompresses recordings on a thread of its own while the caller's thread consumes: two cores, joined by a ring of pooled blocks.
/// When the ring is full the reader waits.
/// </summary>
public sealed class TapePipe
{
    private const int Blocks = 8;

    private readonly TapeBlock?[] _ring = new TapeBlock?[Blocks];
    private readonly TapeBlock[] _pool = new TapeBlock[Blocks];
    private readonly SemaphoreSlim _free;
    private readonly SemaphoreSlim _filled;

    private TapePipe(SemaphoreSlim free, SemaphoreSlim filled)
    {
        _free = free;
        _filled = filled;
        for (var i = 0; i < Blocks; i++)
        {
            _pool[i] = new TapeBlock();
        }
    }

    /// <summary>Reads every file in the given order and gives each block to <paramref name="consume"/>, which must not keep it.</summary>
    /// <exception cref="TapeException">A file cannot be used; the blocks before the fault were consumed.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static void Run(IReadOnlyList<TapeFile> files, SymbolTable symbols, Action<TapeBlock> consume, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(symbols);
        ArgumentNullException.ThrowIfNull(consume);
        using var free = new SemaphoreSlim(Blocks);
        using var filled = new SemaphoreSlim(0);
        new TapePipe(free, filled).RunBoth(files, symbols, consume, cancellationToken);
    }

    private void RunBoth(IReadOnlyList<TapeFile> files, SymbolTable symbols, Action<TapeBlock> consume, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var producer = Task.Factory.StartNew(
            () => Produce(files, symbols, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            for (var slot = 0; ; slot = (slot + 1) % Blocks)
            {
                _filled.Wait(cancellationToken);
                if (_ring[slot] is not { } block)
                {
                    break;
                }

                consume(block);
                _free.Release();
            }
        }
        finally
        {
            stop.Cancel();
            // The reader ends at its next block; its own fault, if any, is thrown below.
            ((IAsyncResult)producer).AsyncWaitHandle.WaitOne();
        }

        producer.GetAwaiter().GetResult();
    }

    private void Produce(IReadOnlyList<TapeFile> files, SymbolTable symbols, CancellationToken cancellationToken)
    {
        var slot = 0;
        try
        {
            foreach (var file in files)
            {
                using var reader = file.OpenReader(symbols);
                while (true)
                {
                    _free.Wait(cancellationToken);
                    var block = _pool[slot];
                    if (!reader.Read(block))
                    {
                        _free.Release();
                        break;
                    }

                    _ring[slot] = block;
                    slot = (slot + 1) % Blocks;
                    _filled.Release();
                }
            }
        }
        finally
        {
            // All blocks may be waiting to be consumed; the end mark takes the next free place.
            if (!cancellationToken.IsCancellationRequested)
            {
                try
                {
                    _free.Wait(cancellationToken);
                    _ring[slot] = null;
                    _filled.Release();
                }
                catch (OperationCanceledException)
                {
                    // The consumer has left and waits for nothing.
                }
            }
        }
    }
}
