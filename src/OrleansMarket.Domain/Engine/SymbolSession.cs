using System.Text;
using OrleansMarket.Domain.Alerts;
using OrleansMarket.Domain.Analytics;
using OrleansMarket.Domain.Candles;
using OrleansMarket.Domain.Market;
using OrleansMarket.Domain.Pipeline;
using OrleansMarket.Domain.Trades;

namespace OrleansMarket.Domain.Engine;

/// <summary>
/// One symbol as a host runs it: the engine, what it concluded since the last commit, and the story of its gaps. A partition of the standalone
/// host or a grain owns it; one caller at a time.
/// </summary>
public sealed partial class SymbolSession : ISymbolObserver
{
    private const long ComparableMicros = 10 * Micros.PerMinute;
    private const int MostMismatches = 16;
    private const int MostSuspects = 1_440;

    private readonly IMarketListener _listener;
    private readonly SortedDictionary<long, GapStory> _stories = [];
    private readonly SortedDictionary<long, Candle> _comparable = [];
    private readonly SortedDictionary<long, string> _mismatches = [];
    private readonly SortedSet<long> _suspects = [];
    private EngineOutputs _outputs = new();
    private long _wallMicros;
    private bool _changed;

    /// <summary>Builds a session without state.</summary>
    /// <param name="spec">The symbol and its scale.</param>
    /// <param name="options">The engine's settings.</param>
    /// <param name="listener">Hears live events.</param>
    public SymbolSession(SymbolSpec spec, EngineOptions options, IMarketListener listener)
    {
        _listener = listener;
        Engine = new SymbolEngine(spec, options, this);
        Status = spec.Status;
    }

    /// <summary>Gets the engine. Feed it through the session.</summary>
    public SymbolEngine Engine { get; }

    /// <summary>Gets the symbol and its scale.</summary>
    public SymbolSpec Spec => Engine.Spec;

    /// <summary>Gets how many conclusions wait: candles, whales, alerts and ended gaps that nobody has taken yet.</summary>
    public int Waiting => _outputs.Candles.Count + _outputs.Whales.Count + _outputs.Alerts.Count + _outputs.ClosedGaps.Count;

    /// <summary>Gets whether a commit has something to write.</summary>
    public bool HasChanges => _changed || !_outputs.IsEmpty;

    /// <summary>Gets whether something waits that people want to hear of soon.</summary>
    public bool HasNews => _outputs.Alerts.Count > 0 || _outputs.Whales.Count > 0 || _outputs.ClosedGaps.Count > 0;

    /// <summary>Takes live prints; those that cannot be taken are handed to <paramref name="refuse"/>.</summary>
    public void Apply(ReadOnlySpan<ReceivedPrint> prints, Action<ReceivedPrint, ApplyResult>? refuse)
    {
        foreach (ref readonly var received in prints)
        {
            var result = Apply(in received);
            if (result is not (ApplyResult.Accepted or ApplyResult.Duplicate))
            {
                refuse?.Invoke(received, result);
            }
        }
    }

    /// <summary>Takes one print.</summary>
    public ApplyResult Apply(in ReceivedPrint received)
    {
        var result = Engine.Apply(received.Print);
        if (result == ApplyResult.Accepted)
        {
            _changed = true;
            _listener.OnTrade(Spec, in received);
        }
        else if (result == ApplyResult.TooLate)
        {
            _changed |= _suspects.Add(CandleInterval.OneMinute.OpenOf(received.Print.TradeTimeMicros));
            if (_suspects.Count > MostSuspects)
            {
                _suspects.Remove(_suspects.Min);
            }
        }

        return result;
    }

    /// <summary>A recorded tick.</summary>
    /// <param name="wallMicros">Now on the exchange's clock as far as known, µs.</param>
    /// <param name="reading">What the pipeline says of itself.</param>
    public void Tick(long wallMicros, in PipelineReading reading)
    {
        _wallMicros = wallMicros;
        Engine.Tick(wallMicros, in reading);
        while (_comparable.Count > 0 && _comparable.First().Key < wallMicros - ComparableMicros - Micros.PerMinute)
        {
            _comparable.Remove(_comparable.First().Key);
        }
    }

    /// <summary>Trades may have been missed: at a start, or when the stream was interrupted.</summary>
    public void OnInterrupted(long wallMicros)
    {
        _wallMicros = Math.Max(_wallMicros, wallMicros);
        Engine.OnInterrupted(wallMicros);
    }

    /// <summary>A process has taken over this session: silence and patience with gaps count from now on.</summary>
    public void OnStarted(long wallMicros)
    {
        _wallMicros = Math.Max(_wallMicros, wallMicros);
        Engine.OnStarted(wallMicros);
    }

    /// <summary>Applies what an attempt at the gaps brought.</summary>
    public void ApplyRepair(GapRepair repair)
    {
        // What is left of a hole may be several gaps, and not all of them tried; holes and gaps are both in order.
        var next = 0;
        foreach (var story in _stories.Values)
        {
            var tried = false;
            for (; next < repair.Outcomes.Count && repair.Outcomes[next] is var outcome && outcome.Gap.Missing.First <= story.Missing.Last; next++)
            {
                if (outcome.Gap.Missing.Overlaps(story.Missing))
                {
                    tried = true;
                    story.Note = outcome.Reason ?? story.Note;
                }
            }

            story.Attempts += tried ? 1 : 0;
        }

        foreach (var print in repair.Prints)
        {
            _changed |= Engine.Apply(in print) == ApplyResult.Accepted;
        }
    }

    /// <summary>Takes what is usual in each hour of the week.</summary>
    public void SetSeason(HourOfWeekBaseline season) => _changed |= Engine.SetSeason(season);

    /// <inheritdoc cref="SymbolEngine.ConfirmLastId"/>
    public void ConfirmLastId(long exchangeLastId, long askedMicros, long interruptedMicros)
    {
        Engine.ConfirmLastId(exchangeLastId, askedMicros, interruptedMicros);
        _changed = true;
    }

    /// <summary>
    /// The exchange's kline was compared: the candle, a recent complete one or that of a minute in which a trade came too late, is stored again as verified or
    /// mismatched, unless it changed meanwhile.
    /// </summary>
    /// <param name="candle">The candle as it was compared.</param>
    /// <param name="difference">What differs, for people; <see langword="null"/> when nothing does.</param>
    public void MarkCompared(in Candle candle, string? difference)
    {
        var isComparable = _comparable.TryGetValue(candle.OpenTimeMicros, out var current);
        if (isComparable ? current != candle : !_suspects.Contains(candle.OpenTimeMicros))
        {
            return;
        }

        _suspects.Remove(candle.OpenTimeMicros);

        _comparable.Remove(candle.OpenTimeMicros);
        _mismatches.Remove(candle.OpenTimeMicros);
        if (difference is not null)
        {
            _mismatches.Add(candle.OpenTimeMicros, difference);
            while (_mismatches.Count > MostMismatches)
            {
                _mismatches.Remove(_mismatches.First().Key);
            }
        }

        var compared = difference is null
            ? candle with { Status = CandleStatus.Verified, MissingIds = 0 }
            : candle with { Flags = candle.Flags | CandleFlags.Mismatched };
        _outputs.Candles[(candle.Interval, candle.OpenTimeMicros)] = compared;
        _listener.OnCandle(Spec, in compared);
    }

    /// <summary>Makes a minute anew from trades that were read again; answers whether it did.</summary>
    public bool Rebuild(CandleRebuild rebuild)
    {
        // What waits for a commit is newer than what is stored.
        var stored = rebuild.Stored.Where(candle => !_outputs.Candles.ContainsKey((candle.Interval, candle.OpenTimeMicros))).Concat(_outputs.Candles.Values).ToList();
        var rebuilt = Engine.Rebuild(rebuild with { Stored = stored });
        _changed |= rebuilt;
        return rebuilt;
    }

    /// <summary>Gets the latest minutes that differ from the exchange's own although their trades were read again, oldest first.</summary>
    public IReadOnlyList<MismatchView> Mismatches => [.. _mismatches.Select(pair => new MismatchView(Micros.ToInstant(pair.Key), pair.Value))];

    /// <summary>Where repairs and comparisons stand.</summary>
    public EngineProgress Progress => new(Engine.NextId, Engine.LastTradeMicros, Engine.Gaps, [.. _comparable.Values], Engine.TailIsUnknown)
    {
        InterruptedMicros = Engine.InterruptedMicros,
        Suspect = [.. _suspects],
    };

    /// <summary>Candles that are not in the store yet: concluded since the last commit, waiting behind a gap, or running. By open time.</summary>
    public IReadOnlyList<Candle> UnstoredCandles(CandleInterval interval)
    {
        var candles = new SortedDictionary<long, Candle>();
        foreach (var candle in _outputs.Candles.Values.Where(candle => candle.Interval == interval))
        {
            candles[candle.OpenTimeMicros] = candle;
        }

        foreach (var candle in Engine.LiveCandles(interval))
        {
            candles[candle.OpenTimeMicros] = candle;
        }

        return [.. candles.Values];
    }

    /// <summary>The gaps that can still be filled, newest first.</summary>
    public IReadOnlyList<GapView> OpenGaps()
    {
        var views = new List<GapView>();
        using var stories = _stories.Values.GetEnumerator();
        var more = stories.MoveNext();
        foreach (var gap in Engine.Gaps)
        {
            while (more && stories.Current.Missing.Last < gap.Missing.First)
            {
                more = stories.MoveNext();
            }

            views.Add(View(gap, more && stories.Current.Missing.Overlaps(gap.Missing) ? stories.Current : null, closed: null));
        }

        views.Reverse();
        return views;
    }

    /// <summary>Takes everything that is to be stored at once. Hand it back with <see cref="PutBack"/> when storing failed, else tell <see cref="OnStateWritten"/>.</summary>
    public EngineCommit TakeCommit()
    {
        var outputs = _outputs;
        _outputs = new EngineOutputs();
        return CommitWith(outputs);
    }

    /// <summary>The state as it is now, beside conclusions.</summary>
    private EngineCommit CommitWith(EngineOutputs outputs)
    {
        _changed = false;
        var (hot, whole) = TakeState();
        return new EngineCommit
        {
            Spec = Spec,
            Base = whole,
            State = hot,
            Candles = [.. outputs.Candles.Values],
            Whales = [.. outputs.Whales.Values],
            Alerts = [.. outputs.Alerts],
            OpenGaps = OpenGaps(),
            ClosedGaps = [.. outputs.ClosedGaps],
        };
    }

    /// <summary>Storing failed: the conclusions wait for the next commit.</summary>
    public void PutBack(EngineCommit commit)
    {
        var older = new EngineOutputs();
        foreach (var candle in commit.Candles)
        {
            older.Candles[(candle.Interval, candle.OpenTimeMicros)] = candle;
        }

        foreach (var whale in commit.Whales)
        {
            older.Whales[whale.FirstId] = whale;
        }

        older.Alerts.AddRange(commit.Alerts);
        older.ClosedGaps.AddRange(commit.ClosedGaps);
        _outputs.PutBack(older);
        _changed = true;
    }

    /// <summary>Writes everything in one piece: the engine's state, the story of its gaps, and what waits to be stored.</summary>
    public ReadOnlyMemory<byte> Save()
    {
        using var stream = Write(Engine.Save);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The state is of another version or scale, or damaged.</exception>
    public void Load(ReadOnlyMemory<byte> state) => Read(state, Engine.Load);

    private MemoryStream Write(Action<BinaryWriter> engine)
    {
        var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream, Encoding.UTF8, leaveOpen: true);
        engine(writer);
        writer.Write(_stories.Count);
        foreach (var story in _stories.Values)
        {
            writer.Write(story.Missing.First);
            writer.Write(story.Missing.Last);
            writer.Write(story.OpenedMicros);
            writer.Write(story.Attempts);
            writer.Write(story.Note ?? "");
        }

        writer.Write(_mismatches.Count);
        foreach (var (open, reason) in _mismatches)
        {
            writer.Write(open);
            writer.Write(reason);
        }

        _outputs.Save(writer);
        if (_suspects.Count > 0)
        {
            SaveSuspects(writer);
        }

        return stream;
    }

    private void Read(ReadOnlyMemory<byte> state, Action<BinaryReader> engine)
    {
        using var reader = new BinaryReader(new MemoryStream(state.ToArray()));
        try
        {
            engine(reader);
            _stories.Clear();
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                var story = new GapStory
                {
                    Missing = new IdRange(reader.ReadInt64(), reader.ReadInt64()),
                    OpenedMicros = reader.ReadInt64(),
                    Attempts = reader.ReadInt32(),
                    Note = reader.ReadString() is { Length: > 0 } note ? note : null,
                };
                _stories[story.Missing.First] = story;
            }

            _mismatches.Clear();
            for (var count = reader.ReadInt32(); count > 0; count--)
            {
                _mismatches[reader.ReadInt64()] = reader.ReadString();
            }

            // The first builds kept nothing that waited in their states, and minutes that wait for a comparison are rare.
            _outputs = new EngineOutputs();
            if (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                _outputs.Load(reader);
            }

            _suspects.Clear();
            if (reader.BaseStream.Position < reader.BaseStream.Length)
            {
                LoadSuspects(reader);
            }
        }
        catch (EndOfStreamException exception)
        {
            throw new InvalidDataException($"expected the whole state of {Spec.Symbol}, found it cut short: start this symbol anew", exception);
        }
    }

    /// <summary>Neighbours as a rule: each as the minutes since the one before.</summary>
    private void SaveSuspects(BinaryWriter writer)
    {
        writer.Write7BitEncodedInt(_suspects.Count);
        var before = 0L;
        foreach (var open in _suspects)
        {
            writer.Write7BitEncodedInt64((open - before) / Micros.PerMinute);
            before = open;
        }
    }

    private void LoadSuspects(BinaryReader reader)
    {
        var open = 0L;
        for (var count = reader.Read7BitEncodedInt(); count > 0; count--)
        {
            open += reader.Read7BitEncodedInt64() * Micros.PerMinute;
            _suspects.Add(open);
        }
    }

    /// <inheritdoc/>
    void ISymbolObserver.OnCandle(in Candle candle)
    {
        _outputs.Candles[(candle.Interval, candle.OpenTimeMicros)] = candle;
        if (candle.Interval == CandleInterval.OneMinute && candle.Status == CandleStatus.Complete)
        {
            _comparable[candle.OpenTimeMicros] = candle;
        }

        _listener.OnCandle(Spec, in candle);
    }

    /// <inheritdoc/>
    void ISymbolObserver.OnWhale(in Sweep sweep)
    {
        _outputs.Whales[sweep.FirstId] = sweep;
        _listener.OnWhale(Spec, in sweep);
    }

    /// <inheritdoc/>
    void ISymbolObserver.OnGap(in Gap gap)
    {
        if (gap.State == GapState.Open)
        {
            _stories[gap.Missing.First] = new GapStory { Missing = gap.Missing, OpenedMicros = _wallMicros };
        }

        var story = FindStory(gap.Missing);
        var ended = gap.State is GapState.Repaired or GapState.Expired;
        var view = View(gap, story, ended ? Micros.ToInstant(_wallMicros) : null);
        if (ended)
        {
            _outputs.ClosedGaps.Add(view);
            if (story is not null && (gap.State == GapState.Repaired || !Engine.Gaps.Any(other => other.Missing.Overlaps(story.Missing))))
            {
                _stories.Remove(story.Missing.First);
            }
        }

        _listener.OnGap(view);
    }

    /// <inheritdoc/>
    void ISymbolObserver.OnAlert(AlertTransition transition)
    {
        _outputs.Alerts.Add(transition);
        _listener.OnAlert(Spec, transition);
    }

    private GapStory? FindStory(IdRange ids) => _stories.Values.FirstOrDefault(story => story.Missing.Overlaps(ids));

    private GapView View(Gap gap, GapStory? story, DateTimeOffset? closed) => new(
        Spec.Symbol, gap.Missing.First, gap.Missing.Last, gap.Missing.Count, Micros.ToInstant(gap.AfterMicros), Micros.ToInstant(gap.BeforeMicros),
        gap.State, Micros.ToInstant(story?.OpenedMicros ?? _wallMicros), closed, story?.Attempts ?? 0, story?.Note);

    private sealed class GapStory
    {
        public required IdRange Missing { get; init; }

        public required long OpenedMicros { get; init; }

        public int Attempts { get; set; }

        public string? Note { get; set; }
    }
}
