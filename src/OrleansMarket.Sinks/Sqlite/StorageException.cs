namespace OrleansMarket.Sinks.Sqlite;

/// <summary>The store cannot do what was asked. The message is for people: what was found and what to do.</summary>
public sealed class StorageException : IOException
{
    /// <summary>Builds the exception.</summary>
    /// <param name="problem">What kind of problem.</param>
    /// <param name="message">What was found and what to do, one line.</param>
    /// <param name="innerException">The cause, if any.</param>
    public StorageException(StorageProblem problem, string message, Exception? innerException = null)
        : base(message, innerException) => Problem = problem;

    /// <summary>Gets the kind of problem.</summary>
    public StorageProblem Problem { get; }
}

/// <summary>What can be wrong with a store.</summary>
public enum StorageProblem : byte
{
    /// <summary>Something else; the message tells.</summary>
    Other,

    /// <summary>Another process works in the data directory.</summary>
    InUse,

    /// <summary>The disk is full.</summary>
    DiskFull,

    /// <summary>The directory or a file in it cannot be written or read.</summary>
    NoAccess,

    /// <summary>A file is damaged.</summary>
    Damaged,

    /// <summary>A newer version of this program wrote the file.</summary>
    NewerSchema,

    /// <summary>The file belongs to another program.</summary>
    NotOurs,

    /// <summary>A stored number is finer than the scale in which it was asked for.</summary>
    ScaleTooCoarse,

    /// <summary>There is nothing to open.</summary>
    Missing,
}
