/**
 * A list that is read as a whole and told of piece by piece. What is told while an answer is on its way may be newer than the answer, and of
 * several answers only that to the last question counts, whichever comes last.
 */
export class Reading {
  #last = 0;
  #told = null;
  #done = null;

  /**
   * Asks, and hands over the answer and what was told since the question. Ends when the answer to the last question was handed over.
   * @param question asks the server
   * @param take(answer, told) takes both
   */
  read(question, take) {
    const mine = ++this.#last;
    this.#told = [];
    this.#done = this.#finish(mine, question, take);
    return this.#done;
  }

  /** Notes a piece of news. */
  tell(piece) {
    this.#told?.push(piece);
  }

  async #finish(mine, question, take) {
    try {
      const answer = await question();
      if (mine === this.#last) {
        take(answer, this.#told);
      }
    } catch (error) {
      if (mine === this.#last) {
        throw error;
      }
    } finally {
      if (mine === this.#last) {
        this.#told = null;
      }
    }

    if (mine !== this.#last) {
      await this.#done;
    }
  }
}
