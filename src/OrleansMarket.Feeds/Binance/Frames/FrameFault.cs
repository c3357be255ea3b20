namespace OrleansMarket.Feeds.Binance.Frames;

/// <summary>What exactly was wrong with a rejected frame; the text is built from it only when somebody asks.</summary>
public enum FrameFault : byte
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The frame is empty.</summary>
    Empty,

    /// <summary>The bytes are not UTF-8.</summary>
    NotUtf8,

    /// <summary>Not JSON, cut short, or nested too deeply.</summary>
    NotJson,

    /// <summary>JSON, but not an object.</summary>
    NotAnObject,

    /// <summary>A field holds another type than it should.</summary>
    WrongType,

    /// <summary>A <c>@trade</c> stream carries another event.</summary>
    WrongEvent,

    /// <summary>The stream's name and the event's symbol disagree.</summary>
    SymbolMismatch,

    /// <summary>A needed field is missing.</summary>
    MissingField,

    /// <summary>The symbol is not one we follow.</summary>
    UnknownSymbol,

    /// <summary>The trade id, or an aggregate's id range, is not possible.</summary>
    BadId,

    /// <summary>A time is outside 2017 to 2099.</summary>
    BadTime,

    /// <summary>Trade time and event time are more than an hour apart.</summary>
    TimesApart,

    /// <summary>The price is not a positive number within the symbol's limits and decimals.</summary>
    BadPrice,

    /// <summary>The quantity is not a positive number within the symbol's limits and decimals.</summary>
    BadQuantity,
}
