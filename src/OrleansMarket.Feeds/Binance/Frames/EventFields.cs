using System.Runtime.InteropServices;

namespace OrleansMarket.Feeds.Binance.Frames;

/// <summary>Whether a field of an event was found, and with the type it should have.</summary>
internal enum FieldState : byte
{
    Absent,
    Found,
    WrongType,
}

/// <summary>One field of an event: where its bytes are in the frame and, for numbers and booleans, its value. A repeated name takes the last value.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventField
{
    public FieldState State;
    public bool Escaped;
    public int Start;
    public int Length;
    public long Value;
}

/// <summary>The fields of one event that matter to us, named as on the wire.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct EventFields
{
    public FrameKind Kind; // by the text of "e"
    public EventField EventName; // e
    public EventField EventTime; // E
    public EventField Symbol; // s
    public EventField TradeId; // t
    public EventField Price; // p
    public EventField Quantity; // q
    public EventField TradeTime; // T
    public EventField BuyerIsMaker; // m
    public EventField AggregateId; // a
    public EventField FirstId; // f
    public EventField LastId; // l
    public bool HasUpdateId; // u
    public bool HasBid; // b
    public bool HasLastUpdateId;
    public bool HasResult; // result or error
    public bool HasCode;
    public bool HasMessage;
}
