namespace OrleansMarket.Domain;

/// <summary>
/// Something that a person can put right: an argument, a setting, a file. The message is one line that says what was expected, what was found and, where
/// that does not say it already, what to do; it holds no secret.
/// </summary>
/// <param name="message">The line.</param>
/// <param name="innerException">The cause, if any.</param>
public class CorrectableException(string message, Exception? innerException = null) : Exception(message, innerException);
