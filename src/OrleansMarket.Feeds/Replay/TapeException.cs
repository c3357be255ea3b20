using System.Globalization;
using OrleansMarket.Domain;

namespace OrleansMarket.Feeds.Replay;

/// <summary>A recording cannot be used. The message is one line for the person who named the file: file, line, what is wrong, what to do.</summary>
public sealed class TapeException : CorrectableException
{
    /// <summary>Builds the exception.</summary>
    /// <param name="path">The file.</param>
    /// <param name="line">The line, from 1, or <see langword="null"/> when the whole file is meant.</param>
    /// <param name="problem">What was expected and what was found.</param>
    /// <param name="remedy">What to do about it.</param>
    /// <param name="innerException">The cause, if any.</param>
    public TapeException(string path, long? line, string problem, string remedy, Exception? innerException = null)
        : base(Describe(path, line, problem, remedy), innerException)
    {
        Path = path;
        Line = line;
    }

    /// <summary>Gets the file.</summary>
    public string Path { get; }

    /// <summary>Gets the line, from 1, or <see langword="null"/> when the whole file is meant.</summary>
    public long? Line { get; }

    private static string Describe(string path, long? line, string problem, string remedy) =>
        line is { } number
            ? string.Create(CultureInfo.InvariantCulture, $"{path}:{number}: {problem}; {remedy}")
            : $"{path}: {problem}; {remedy}";
}
